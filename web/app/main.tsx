import '@fontsource-variable/inter/index.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-ext-400.css';
import './tokens.css';
import './base.css';
import '../ui/ui.css';
import './shell/shell.css';
import './pages/pages.css';
import '../panels/panels.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ensureDefined } from '../../protocol/assert.ts';
import { App } from './App.tsx';
import { takeEnrolmentToken } from './enrolment-token.ts';
import { ServicesContext, startServices } from './services.ts';
import { followTheme } from './theme.ts';

const token = takeEnrolmentToken(location, history);
const services = startServices();
followTheme(services.preferences);
createRoot(ensureDefined(document.getElementById('root'), '#root')).render(
  <QueryClientProvider client={services.queryClient}>
    <ServicesContext value={services}>
      <App enrolmentToken={token} />
    </ServicesContext>
  </QueryClientProvider>,
);
