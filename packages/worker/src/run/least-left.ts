/**
 * Milliseconds of a call's time: with less of them left neither is a handler called nor an attempt made elsewhere, because
 * what it came to would come too late.
 */
export const leastLeftMs = 5
