import { type BundledApp, bundleApp } from '../../packages/worker/dist/app/bundle-app.js'

const bundled = new Map<string, Promise<BundledApp>>()

/** An app that stays as it is while a file's tests run: bundled when the first of them asks for it. */
export function bundleOnce(path: string): Promise<BundledApp> {
  const app = bundled.get(path) ?? bundleApp(path)
  bundled.set(path, app)
  return app
}
