-- Last day on which a grade that fell is not raised again and the premises may
-- not apply anew (降级后的限制期); empty where there is none.
ALTER TABLE certificate ADD COLUMN grade_held_until TEXT NOT NULL DEFAULT '';
