/** Whether a schema has a rule of its user's own. TypeBox hides it from enumeration, so that a spread loses it. */
export function hasRefinement(schema: object): boolean {
  return Object.hasOwn(schema, '~refine')
}
