// The light build has what the whole one has, without subtitles, other audio and DRM.
declare module "hls.js/light" {
  export { default } from "hls.js";
}
