import { serveBare } from './bare.ts'

/** The body, as it came. */
serveBare({ contentType: 'application/octet-stream', id: 'sent', answer: (body) => body })
