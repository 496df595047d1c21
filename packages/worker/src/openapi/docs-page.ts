import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PipelineError } from '@redesmyn/core'

/** A file of the page, and how it is sent. */
export interface PageFile {
  readonly contentType: string
  readonly bytes: Uint8Array | string
}

const styleSheet = 'text/css; charset=utf-8'
const javaScript = 'text/javascript; charset=utf-8'
const installedFiles = { 'swagger-ui.css': styleSheet, 'swagger-ui-bundle.js': javaScript } as const

/** The names of the files that the page loads, from the folder `docs` beside it. */
export const pageFileNames = ['swagger-ui.css', 'swagger-ui-bundle.js', 'page.css', 'page.js'] as const

/** The page at `/docs`. Every address in it is relative, so that it works behind a proxy that serves it in a folder. */
export function renderPage(title: string): PageFile {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
    <link rel="stylesheet" href="docs/page.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/page.js"></script>
  </body>
</html>
`
  return { contentType: 'text/html; charset=utf-8', bytes: html }
}

/** Nothing on the page may come from elsewhere or go there. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const script = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#page',
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
})
`

/** There is one server, the one that sent the page; and all errors have one form, which is told once, below. */
const style = `body { margin: 0 }
.swagger-ui .scheme-container { display: none }
.swagger-ui .info { margin: 30px 0 }
.response:not(.live-responses-table *):not([data-code^='2']) :is(.response-controls, .model-example, .headers__title, .headers__title + table, .response-col_description > div:not(:first-child)) { display: none }
`

/** Reads a file of the page each time: few ask for it, and the browsers of those keep it. */
export async function readPageFile(name: (typeof pageFileNames)[number]): Promise<PageFile> {
  if (name === 'page.css') return { contentType: styleSheet, bytes: style }
  if (name === 'page.js') return { contentType: javaScript, bytes: script }
  try {
    const require = createRequire(import.meta.url)
    const folder = dirname(require.resolve('swagger-ui-dist/package.json'))
    return { contentType: installedFiles[name], bytes: await readFile(join(folder, name)) }
  } catch (cause) {
    throw new PipelineError('INTERNAL', 'the package swagger-ui-dist is not installed', { cause })
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
