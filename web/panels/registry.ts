import type { ComponentType } from 'react';
import type { PanelId } from '../app/layout/tree.ts';
import { AlarmsPanel } from './alarms/AlarmsPanel.tsx';
import { AuditPanel } from './audit/AuditPanel.tsx';
import { BookPanel } from './book/BookPanel.tsx';
import { CandlesPanel } from './candles/CandlesPanel.tsx';
import { CascadePanel } from './cascade/CascadePanel.tsx';
import { ContagionPanel } from './contagion/ContagionPanel.tsx';
import { CorrelationPanel } from './correlation/CorrelationPanel.tsx';
import { FeedsPanel } from './feeds/FeedsPanel.tsx';
import { HealthPanel } from './health/HealthPanel.tsx';
import { HistoryPanel } from './history/HistoryPanel.tsx';
import { HorizonsPanel } from './horizons/HorizonsPanel.tsx';
import { LeadLagPanel } from './leadlag/LeadLagPanel.tsx';
import { LimitsPanel } from './limits/LimitsPanel.tsx';
import { NotesPanel } from './notes/NotesPanel.tsx';
import { OrdersPanel } from './orders/OrdersPanel.tsx';
import { PeoplePanel } from './people/PeoplePanel.tsx';
import { ReportsPanel } from './reports/ReportsPanel.tsx';
import { RiskPanel } from './risk/RiskPanel.tsx';
import { StatisticsPanel } from './statistics/StatisticsPanel.tsx';
import { StructurePanel } from './structure/StructurePanel.tsx';
import { TradesPanel } from './trades/TradesPanel.tsx';
import { WatchPanel } from './watch/WatchPanel.tsx';

/** The one list of panels. `title` is its tab's and the palette's name. */
export const PANEL_LIST: Readonly<
  Record<PanelId, { readonly title: string; readonly component: ComponentType }>
> = {
  watch: { title: 'Watch', component: WatchPanel },
  candles: { title: 'Candles', component: CandlesPanel },
  book: { title: 'Book', component: BookPanel },
  trades: { title: 'Trades', component: TradesPanel },
  statistics: { title: 'Statistics', component: StatisticsPanel },
  correlation: { title: 'Correlation', component: CorrelationPanel },
  structure: { title: 'Structure', component: StructurePanel },
  cascade: { title: 'Cascade', component: CascadePanel },
  contagion: { title: 'Contagion', component: ContagionPanel },
  leadlag: { title: 'Lead-lag', component: LeadLagPanel },
  risk: { title: 'Risk', component: RiskPanel },
  horizons: { title: 'Horizons', component: HorizonsPanel },
  history: { title: 'History', component: HistoryPanel },
  orders: { title: 'Orders', component: OrdersPanel },
  limits: { title: 'Limits', component: LimitsPanel },
  alarms: { title: 'Alarms', component: AlarmsPanel },
  health: { title: 'Health', component: HealthPanel },
  feeds: { title: 'Feeds', component: FeedsPanel },
  audit: { title: 'Audit', component: AuditPanel },
  notes: { title: 'Log book', component: NotesPanel },
  reports: { title: 'Reports', component: ReportsPanel },
  people: { title: 'People', component: PeoplePanel },
};
