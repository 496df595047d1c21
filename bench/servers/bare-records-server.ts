import { fillColumns, predictions } from './fill-columns.ts'
import { serveBare } from './bare.ts'

serveBare({
  contentType: 'application/json',
  id: 'sent',
  answer(body) {
    const scores = fillColumns(JSON.parse(body.toString()))
    return `{"id":"00000000-0000-4000-8000-000000000000","predictions":${predictions(scores)}}`
  },
})
