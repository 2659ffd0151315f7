import { clockTime } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { delayOf } from './delay.js';
import type { Entry } from './entries.js';
import { lineOf } from './story.js';
import './story.css';

/** A player's story, the oldest first. */
export function TimelineList({ entries, delays }: { readonly entries: readonly Entry[]; readonly delays?: boolean }) {
  return (
    <ol class="story">
      {entries.map((entry) => (
        <StoryLine
          key={entry.kind === 'message' ? `m${entry.n}` : `c${entry.at}`}
          entry={entry}
          delays={delays ?? false}
        />
      ))}
    </ol>
  );
}

function StoryLine({ entry, delays }: { readonly entry: Entry; readonly delays: boolean }) {
  const { icon, title, detail, amount, tone } = lineOf(entry);
  const isCampaign = entry.kind === 'campaign';
  return (
    <li class={`story-line ${tone ?? ''} ${isCampaign ? 'campaign' : ''}`}>
      <span class="story-icon">
        <Icon name={icon} size={18} />
      </span>
      <div class="story-text">
        <span class="story-title">{title}</span>
        {detail !== '' && <small class="muted">{detail}</small>}
      </div>
      {amount !== undefined && <span class="amount">{amount}</span>}
      <small class="muted story-at">
        <time dateTime={isCampaign ? entry.at : entry.received_at}>
          {clockTime(isCampaign ? entry.at : entry.received_at)}
        </time>
        {entry.kind === 'message' && <span title="The event’s place in the player’s stream"> · #{entry.sequence}</span>}
        {delays && entry.kind === 'message' && <span> · {delayOf(entry)} ms</span>}
      </small>
    </li>
  );
}
