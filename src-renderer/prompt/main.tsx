import '@fontsource-variable/inter';
import '@mantine/core/styles.css';
import '../theme/global.css';
import '../i18n/index.ts';
import { createRoot } from 'react-dom/client';
import { lockDownPage } from '../state/lockdown.ts';
import { PromptPage } from './prompt-page.tsx';

lockDownPage();

const root = document.getElementById('root');
if (root === null) throw new Error('no root element');
createRoot(root).render(<PromptPage />);
