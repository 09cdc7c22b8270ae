/** Signatures of lines in which a program says that nobody answers it: packets that a policy drops are not refused. */
export const UNANSWERED = ['app-connection-timeout', 'app-curl-timeout', 'app-no-host-available'] as const;
