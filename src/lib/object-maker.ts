/**
 * Gives a maker of empty plain objects that will all get about the same fields. V8 leaves room for four fields in `{}`
 * and puts further ones into an array beside it, which it makes anew for every three; in an object from a constructor
 * it leaves as much room as the constructor seems to assign, and after the first few objects takes back what none
 * uses. A tenth less memory for the objects of a snapshot, and faster to read.
 */
export function objectMaker(): new () => Record<string, unknown> {
  const Made = function (this: Record<string, number>, never?: true): void {
    // Never so; V8 only counts the assignments.
    if (never) {
      this['a1'] = 0;
      this['a2'] = 0;
      this['a3'] = 0;
      this['a4'] = 0;
      this['a5'] = 0;
      this['a6'] = 0;
      this['a7'] = 0;
      this['a8'] = 0;
      this['b1'] = 0;
      this['b2'] = 0;
      this['b3'] = 0;
      this['b4'] = 0;
      this['b5'] = 0;
      this['b6'] = 0;
      this['b7'] = 0;
      this['b8'] = 0;
    }
  };
  Made.prototype = Object.prototype;
  return Made as unknown as new () => Record<string, unknown>;
}
