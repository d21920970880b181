import { defineConfig } from "vite";

// The pages of a checkout, in development, talk to a gateway that runs beside.
const gateway = "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    target: "es2022",
    // A data: address would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/v1": gateway, "/docs": gateway } },
});
