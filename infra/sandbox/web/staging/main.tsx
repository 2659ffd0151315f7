import { mount } from '../design/mount.js';
import { Panel } from '../design/parts.js';
import { Shell } from '../design/shell.js';

function Page() {
  return (
    <Shell name="Fast Track staging" what="" tabs={[{ path: '/', label: 'Home' }]}>
      <Panel title="Fast Track staging">
        <p>Soon here.</p>
      </Panel>
    </Shell>
  );
}

mount(<Page />);
