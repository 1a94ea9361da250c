// How esbuild bundles the Modeler's parts.
import { fileURLToPath } from 'node:url';
import { rememberedConditions } from './conditions.mjs';

export const bundling = {
  bundle: true,
  logLevel: 'warning',
  define: { 'JSON.stringify': 'stringify' },
  inject: [fileURLToPath(new URL('stringify.mjs', import.meta.url))],
  plugins: [rememberedConditions],
};
