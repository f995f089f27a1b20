export * from './decide.ts';
export * from './matrix.ts';
export * from './purposes.ts';
