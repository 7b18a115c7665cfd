-- The application's own tables. The starter creates those of the stack.
create table if not exists region_statistics (
	region varchar(200) primary key,
	quakes bigint not null,
	strongest double precision not null,
	last_time bigint not null
);
create table if not exists replay_progress (
	name varchar(50) primary key,
	fed integer not null
);
