/** The declared length of a body, undefined when it is absent or unusable (then the HTTP parser refuses the request). */
export function parseContentLength(header: string): number | undefined {
  if (header === '') return undefined
  const bytes = Number(header)
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined
}
