export const arrowSource: import('../source-format.ts').SourceFormat = undefined as never
