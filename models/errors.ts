import { defineErrors } from '../protocol/errors.js';

export const modelErrors = defineErrors({
  unknown_pack: {
    status: 500,
    en: 'There is no model pack "{pack}" in {directories}.',
    zh: '在 {directories} 中找不到模型包“{pack}”。',
  },
  bad_manifest: {
    status: 500,
    en: 'The manifest of model pack "{pack}" is not valid at {field}: {problem}.',
    zh: '模型包“{pack}”的清单在 {field} 处无效：{problem}。',
  },
  missing_model_file: {
    status: 500,
    en: 'Model pack "{pack}" lacks its file {file}.',
    zh: '模型包“{pack}”缺少文件 {file}。',
  },
  model_hash_mismatch: {
    status: 500,
    en: 'The file {file} of model pack "{pack}" is not the one its manifest names (SHA-256 {found}, expected {expected}).',
    zh: '模型包“{pack}”的文件 {file} 与清单不符（SHA-256 为 {found}，应为 {expected}）。',
  },
  bad_model: {
    status: 500,
    en: 'The model {net} of pack "{pack}" cannot be used: {problem}.',
    zh: '模型包“{pack}”的模型 {net} 无法使用：{problem}。',
  },
  engine_unavailable: {
    status: 500,
    en: 'The engine {engine} cannot run on this machine: {problem}.',
    zh: '引擎 {engine} 无法在此设备上运行：{problem}。',
  },
  model_output_invalid: {
    status: 500,
    en: 'The model {net} of pack "{pack}" gave a value that is not a number.',
    zh: '模型包“{pack}”的模型 {net} 输出了无效数值。',
  },
});
