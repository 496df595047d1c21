import { writePart } from './write-part.ts'

/** What Piscina calls in a writer's thread, once for each part. */
export default writePart
