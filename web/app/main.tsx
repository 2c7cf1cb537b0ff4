import '../ui/no-eval.ts';
import '@fontsource-variable/inter/index.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-ext-400.css';
import './tokens.css';
import './base.css';
import '../ui/ui.css';
import './shell/shell.css';
import './shell/topbar.css';
import './shell/places.css';
import './shell/halt.css';
import './shell/replay/replay.css';
import './pages/pages.css';
import './step-up/step-up.css';
import './account/account.css';
import '../panels/panels.css';
import '../panels/book/book.css';
import '../panels/pause.css';
import '../panels/feeds/feeds.css';
import '../panels/people/people.css';
import '../panels/audit/audit.css';
import '../panels/notes/notes.css';
import '../panels/reports/reports.css';
import '../panels/retention/retention.css';
import '../panels/statistics/statistics.css';
import '../panels/analysis/analysis.css';
import '../panels/prices/prices.css';
import '../panels/structure/structure.css';
import '../panels/cascade/cascade.css';
import '../panels/contagion/contagion.css';
import '../panels/leadlag/leadlag.css';
import '../panels/risk/risk.css';
import '../panels/horizons/horizons.css';
import '../panels/history/history.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ensureDefined } from '../../protocol/assert.ts';
import { App } from './App.tsx';
import { takeLinkToken } from './link-token.ts';
import { ServicesContext, startServices } from './services.ts';
import { followTheme } from './theme.ts';

const link = takeLinkToken(location, history);
const services = startServices();
followTheme(services.preferences);
createRoot(ensureDefined(document.getElementById('root'), '#root')).render(
  <QueryClientProvider client={services.queryClient}>
    <ServicesContext value={services}>
      <App link={link} />
    </ServicesContext>
  </QueryClientProvider>,
);
