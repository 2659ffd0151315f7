import { mount } from '../design/mount.js';
import { currentPath, pathParts } from '../design/router.js';
import { Shell } from '../design/shell.js';
import { CampaignsPage } from './campaigns-page.js';
import { FaultsPage } from './faults-page.js';
import { followFeed } from './feed.js';
import { FeedPage } from './feed-page.js';
import { PlayerPage } from './player-page.js';
import { PlayersPage } from './players-page.js';
import './staging.css';

const TABS = [
  { path: '/', label: 'Messages' },
  { path: '/players', label: 'Players' },
  { path: '/campaigns', label: 'Campaigns' },
  { path: '/faults', label: 'Faults' },
];

function Staging() {
  return (
    <Shell name="Fast Track" what="Staging" tabs={TABS}>
      <Page />
    </Shell>
  );
}

function Page() {
  const [first = '', userId] = pathParts(currentPath.value);
  switch (first) {
    case 'players':
      return userId === undefined ? <PlayersPage /> : <PlayerPage key={userId} userId={userId} />;
    case 'campaigns':
      return <CampaignsPage />;
    case 'faults':
      return <FaultsPage />;
    default:
      return <FeedPage />;
  }
}

followFeed();
mount(<Staging />);
