import { serveBare } from './bare.ts'

serveBare({
  contentType: 'text/event-stream',
  id: 'sent',
  answer(body) {
    const { count }: { count: number } = JSON.parse(body.toString())
    let text = ''
    for (let n = 0; n < count; n++) text += `data: event ${String(n).padStart(4, '0')} xxxxxxxxx\n\n`
    return text
  },
})
