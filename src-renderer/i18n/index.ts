import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { type Words, zhCN } from './zh-CN.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'words';
    resources: { words: Words };
  }
}

export const i18n = i18next.createInstance();

/** Starts with Chinese; {@link setLanguage} switches live. Words are bundled, nothing is loaded. */
void i18n.use(initReactI18next).init({
  lng: 'zh-CN',
  fallbackLng: 'zh-CN',
  supportedLngs: ['zh-CN', 'en'],
  defaultNS: 'words',
  resources: { 'zh-CN': { words: zhCN }, en: { words: en } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

export function setLanguage(language: 'zh-CN' | 'en'): void {
  document.documentElement.lang = language;
  void i18n.changeLanguage(language);
}
