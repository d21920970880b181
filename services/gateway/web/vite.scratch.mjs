import { defineConfig } from "vite";
export default defineConfig({ root: "/tmp/w/e/services/gateway/web", cacheDir: "/tmp/e-stub/vite-cache", preview: { port: 5199, strictPort: true, proxy: { "/v1": "http://127.0.0.1:18080" } }, server: { port: 5199, strictPort: true, proxy: { "/v1": "http://127.0.0.1:18080" } } });
