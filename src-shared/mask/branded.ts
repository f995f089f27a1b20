/** A text made for showing: the hidden part of the value is not in it. Never assignable from `string`. */
export type Masked = string & { readonly __masked: true };
