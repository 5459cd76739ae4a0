/** Rows on a page. More would be none to look at; all of them are to be had by the API. */
export const mostShown = 60
