import { mount } from '../design/mount.js';
import { currentPath, pathParts } from '../design/router.js';
import { Shell } from '../design/shell.js';
import '../tour/tour.css';
import { Tour } from '../tour/tour.js';
import { AccountPage } from './account-page.js';
import { BalanceBar } from './balance-bar.js';
import { BonusesPage } from './bonuses-page.js';
import './casino.css';
import { GamePage } from './game-page.js';
import { HistoryPage } from './history-page.js';
import { HomePage } from './home-page.js';
import { followPlayer } from './live.js';
import { LoginPage } from './login-page.js';
import { RegisterPage } from './register-page.js';
import { login } from './session.js';
import { WalletPage } from './wallet-page.js';

const TABS = [
  { path: '/', label: 'Games' },
  { path: '/wallet', label: 'Wallet' },
  { path: '/bonuses', label: 'Bonuses' },
  { path: '/history', label: 'History' },
  { path: '/account', label: 'Account' },
];
const VISITOR_TABS = [
  { path: '/', label: 'Games' },
  { path: '/register', label: 'Register' },
  { path: '/login', label: 'Log in' },
];

function Casino() {
  return (
    <>
      <Shell name="Croupier" what="Casino" tabs={login.value === undefined ? VISITOR_TABS : TABS} end={<BalanceBar />}>
        <Page />
      </Shell>
      <Tour />
    </>
  );
}

function Page() {
  const [first = ''] = pathParts(currentPath.value);
  if (first === 'register') return <RegisterPage />;
  if (login.value === undefined) return first === '' ? <HomePage /> : <LoginPage />;
  switch (first) {
    case 'games':
      return <GamePage />;
    case 'wallet':
      return <WalletPage />;
    case 'bonuses':
      return <BonusesPage />;
    case 'history':
      return <HistoryPage />;
    case 'account':
      return <AccountPage />;
    default:
      return <HomePage />;
  }
}

followPlayer();
mount(<Casino />);
