import { serveBare } from './bare.ts'

serveBare({
  contentType: 'application/json',
  id: 'unsent',
  answer: (body) => JSON.stringify(JSON.parse(body.toString())),
})
