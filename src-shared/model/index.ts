export * from './classes.ts';
export * from './day-close.ts';
export * from './entities.ts';
export * from './ids.ts';
export * from './posting.ts';
export * from './registry.ts';
export * from './sealed-field.ts';
