## Regels tussen de berichten van een gesprek: wat ermee gebeurde.

line-somebody = Een collega
line-taken = { $colleague-name } pakte het gesprek op
line-given = { $colleague-name } gaf het gesprek aan { $whom-name }
line-given-by-nobody = Het gesprek ging naar { $whom-name }
line-given-back = { $colleague-name } gaf het gesprek terug aan het team
line-given-back-by-nobody = Het gesprek ging terug naar het team
line-closed = { $colleague-name } sloot het gesprek: { $outcome }
line-closed-by-nobody = Het gesprek werd gesloten: { $outcome }
line-reopened = { $colleague-name } heropende het gesprek
line-reopened-by-message = Het gesprek ging weer open
line-joined = Een ander gesprek met deze afzender kwam hierbij
line-identity = De afzender heeft een andere naam of een ander nummer op dit kanaal
line-other = Er veranderde iets in dit gesprek
line-more = Daarvoor gebeurde nog meer. U ziet hier de laatste { $count } regels.
