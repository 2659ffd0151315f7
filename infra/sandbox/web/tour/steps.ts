/** One step of the demo: the guided tour in the page and `npm run demo` tell it in these words. */
export type Step = {
  readonly id: 'register' | 'login' | 'deposit' | 'bonus' | 'play' | 'messages';
  readonly title: string;
  /** What the player does, or what happens to them. */
  readonly told: string;
  /** Where to do it in the casino's page. */
  readonly todo: string;
  /** The calls behind it, in order. */
  readonly commands: readonly string[];
  /** The events of the player's stream that they lead to. */
  readonly events: readonly string[];
  /** What is worth knowing about it. */
  readonly behind: string;
};

export const STEPS: readonly Step[] = [
  {
    id: 'register',
    title: 'Register',
    told: 'A player registers.',
    todo: 'Fill in the form and press Register. Any address will do.',
    commands: ['POST /players'],
    events: ['PlayerRegistered'],
    behind:
      'The address is reserved, the profile is written to a stream of its own that is never published, and last comes the event that makes the player exist. Fast Track gets ids only.',
  },
  {
    id: 'login',
    title: 'Log in',
    told: 'The player logs in.',
    todo: 'Log in with the address and password from before.',
    commands: ['POST /login'],
    events: ['PlayerLoggedIn'],
    behind: 'A login is an event like any other. The answer is a token that a logout makes worthless.',
  },
  {
    id: 'deposit',
    title: 'Deposit',
    told: 'The player pays in on the payment provider’s page.',
    todo: 'Ask for a deposit of 100, and pay it on the payment provider’s page.',
    commands: ['POST /me/deposits', 'POST /psp/v1/callback (signed)'],
    events: ['DepositRequested', 'DepositCompleted'],
    behind:
      'The provider’s signed callback moves the money: one event with a debit and a credit that are equal. A repeated callback changes nothing.',
  },
  {
    id: 'bonus',
    title: 'A campaign’s bonus',
    told: 'Fast Track hears of the first deposit, and its campaign grants a bonus.',
    todo: 'Nothing: Fast Track’s campaign does it. The bonus appears by itself.',
    commands: ['POST /operator/bonus-credit'],
    events: ['BonusGranted'],
    behind:
      'The campaign was triggered by the message, called back, and found the deposit already in the read models: they are always written before the message is sent.',
  },
  {
    id: 'play',
    title: 'Play',
    told: 'The player plays the slot.',
    todo: 'Open Slot ABC and spin three times.',
    commands: ['POST /me/game-sessions', 'POST /provider/v1/bet (signed)', 'POST /provider/v1/win (signed)'],
    events: ['GameSessionStarted', 'BetPlaced', 'WinCredited', 'RoundPlayed', 'BonusWageringProgressed'],
    behind:
      'The game provider moves the money with signed calls. A losing round has a win of 0, which closes it. Every stake counts towards the bonus.',
  },
  {
    id: 'messages',
    title: 'Fast Track hears it all',
    told: 'Every event has become its messages, in order, once.',
    todo: 'See what Fast Track was told.',
    commands: [],
    events: [],
    behind:
      'Each message names its event and its place in the player’s stream. After a crash it may come again, and is then known by its key.',
  },
];

/** How many rounds the tour asks for. */
export const TOUR_ROUNDS = 3;
