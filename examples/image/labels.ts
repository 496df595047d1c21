/** What the model tells apart, in the order of its scores. */
export const labels: readonly string[] = ['red', 'green', 'blue']

/** Dots of a side of the pictures that it is shown. */
export const side = 8
