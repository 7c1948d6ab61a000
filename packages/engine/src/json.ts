/** Plain data: what survives `JSON.parse(JSON.stringify(x))` unchanged. Dates, Maps, Errors and `undefined` do not. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
