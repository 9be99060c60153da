-- A secret that was replaced before it was written down when would stay valid without end: it was replaced when the next
-- of its name was made. Several of one name without that moment can only come from then, and ids gave their order.
UPDATE secret SET superseded_at = (
    SELECT min(n.created_at) FROM secret n
    WHERE n.municipality_id = secret.municipality_id AND n.channel_account_id = secret.channel_account_id
    AND n.name = secret.name AND n.id > secret.id
)
WHERE superseded_at IS NULL AND EXISTS (
    SELECT 1 FROM secret n
    WHERE n.municipality_id = secret.municipality_id AND n.channel_account_id = secret.channel_account_id
    AND n.name = secret.name AND n.id > secret.id AND n.superseded_at IS NULL
);
