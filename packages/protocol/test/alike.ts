/** Whether two results are alike down to the order of their keys. Values that were not rebuilt are the same ones. */
export function alike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const keys = Reflect.ownKeys(one);
  const otherKeys = Reflect.ownKeys(other);
  return (
    keys.length === otherKeys.length &&
    keys.every((key, index) => key === otherKeys[index] && alike(Reflect.get(one, key), Reflect.get(other, key)))
  );
}
