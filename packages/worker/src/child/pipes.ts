/** Frames both ways. */
export const messageFd = 3
/** Nothing is ever written there: it closes with the server. */
export const lifeLineFd = 4
