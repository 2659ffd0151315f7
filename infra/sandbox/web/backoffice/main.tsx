import { mount } from '../design/mount.js';
import { Panel } from '../design/parts.js';
import { Shell } from '../design/shell.js';

function Page() {
  return (
    <Shell name="Croupier back office" what="" tabs={[{ path: '/', label: 'Home' }]}>
      <Panel title="Croupier back office">
        <p>Soon here.</p>
      </Panel>
    </Shell>
  );
}

mount(<Page />);
