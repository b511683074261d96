-- Pledges that were adopted from titles are found by what their terms cover.
INSERT INTO pledge_goods (goods, pledge)
SELECT 'household', t.pledge FROM pledge_terms t JOIN pledge p ON p.id = t.pledge
WHERE p.id = p.certificate AND NOT EXISTS (SELECT 1 FROM pledge_goods g WHERE g.pledge = t.pledge);
