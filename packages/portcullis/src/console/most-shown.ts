/** Rows on a page. More would be none to look at; all of them are to be had by the API. */
export const mostShown = 60

/** The same where each row has several lines or buttons. */
export const mostTallShown = 30
