import { mount } from '../design/mount.js';
import { Empty } from '../design/parts.js';
import { currentPath, pathParts } from '../design/router.js';
import { Shell } from '../design/shell.js';
import './backoffice.css';
import { DeliveryPage } from './delivery-page.js';
import { LedgerPage } from './ledger-page.js';
import { PlayerPage } from './player-page.js';
import { PlayersPage } from './players-page.js';
import { WithdrawalsPage } from './withdrawals-page.js';

const TABS = [
  { path: '/', label: 'Players', within: '/players' },
  { path: '/withdrawals', label: 'Withdrawals' },
  { path: '/ledger', label: 'Ledger' },
  { path: '/delivery', label: 'Delivery' },
];

function Page() {
  const [first, id, part] = pathParts(currentPath.value);
  switch (first) {
    case undefined:
      return <PlayersPage />;
    case 'players':
      return id === undefined ? <PlayersPage /> : <PlayerPage key={id} id={id} part={part ?? ''} />;
    case 'withdrawals':
      return <WithdrawalsPage />;
    case 'ledger':
      return <LedgerPage />;
    case 'delivery':
      return <DeliveryPage />;
    default:
      return <Empty>There is no such page.</Empty>;
  }
}

mount(
  <Shell name="Croupier" what="back office" tabs={TABS}>
    <Page />
  </Shell>,
);
