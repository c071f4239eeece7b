/** Rows or messages that are read at a time. */
export const PAGE_SIZE = 30;

export interface Paging {
  pageSize?: number;
}
