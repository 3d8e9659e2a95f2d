import { defineErrors } from '../../protocol/index.js';

export const cameraErrors = defineErrors({
  camera_spec_invalid: {
    status: 400,
    en: 'Not a camera: {spec} (demo, /dev/video0, rtsp://…, http://…, onvif://user:password@host, a folder or a video file)',
    zh: '不是有效的摄像头：{spec}（demo、/dev/video0、rtsp://…、http://…、onvif://用户:密码@主机、文件夹或视频文件）',
  },
  camera_not_found: { status: 503, en: 'No camera at {camera}', zh: '未找到摄像头 {camera}' },
  camera_unauthorised: {
    status: 503,
    en: 'The camera refuses the user name or password',
    zh: '摄像头拒绝了用户名或密码',
  },
  camera_busy: {
    status: 503,
    en: 'The camera {camera} is in use by another program',
    zh: '摄像头 {camera} 正被其他程序使用',
  },
  camera_forbidden: {
    status: 503,
    en: 'Not allowed to open {camera} (is the user in the group video?)',
    zh: '没有权限打开 {camera}（用户是否在 video 组中？）',
  },
  camera_lost: { status: 503, en: 'The camera stopped: {problem}', zh: '摄像头已断开：{problem}' },
  camera_frozen: { status: 503, en: 'The camera sends no pictures', zh: '摄像头没有画面' },
  camera_folder_empty: {
    status: 503,
    en: 'No readable pictures in {folder}',
    zh: '{folder} 中没有可读的图片',
  },
  ffmpeg_missing: {
    status: 503,
    en: 'ffmpeg is not installed; real cameras need it (apt install ffmpeg)',
    zh: '未安装 ffmpeg，使用真实摄像头需要它（apt install ffmpeg）',
  },
  onvif_failed: {
    status: 503,
    en: 'The ONVIF camera {camera} does not answer as one: {problem}',
    zh: 'ONVIF 摄像头 {camera} 应答异常：{problem}',
  },
  unknown_actor: { status: 404, en: 'Nobody called {actor} in the demo', zh: '演示中没有 {actor}' },
});
