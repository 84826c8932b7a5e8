/* Results of a search that match equally well stand in the order of the chapters; else 10 comes before 2. */
var Scorer = {
  score: ([docname, , , , score]) => score - Number((/^book\/(\d\d)-/.exec(docname) ?? [0, 99])[1]) / 1000,
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
};
