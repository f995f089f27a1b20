export * from './budgets.ts';
export * from './decide.ts';
export * from './facts.ts';
export * from './matrix.ts';
export * from './purposes.ts';
export * from './refusals.ts';
