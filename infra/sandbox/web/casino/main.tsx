import { mount } from '../design/mount.js';
import { Panel } from '../design/parts.js';
import { Shell } from '../design/shell.js';

function Page() {
  return (
    <Shell name="Croupier Casino" what="" tabs={[{ path: '/', label: 'Home' }]}>
      <Panel title="Croupier Casino">
        <p>Soon here.</p>
      </Panel>
    </Shell>
  );
}

mount(<Page />);
