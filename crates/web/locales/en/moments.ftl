## Times as people say them.

moment-today = today { $time }
moment-yesterday = yesterday { $time }
moment-tomorrow = tomorrow { $time }
moment-day = { $day } { $month } { $time }
moment-day-year = { $day } { $month } { $year } { $time }
until-today = { $time }
until-tomorrow = tomorrow { $time }
until-day = { $day } { $month } { $time }
day-today = Today
day-yesterday = Yesterday
day-named = { $weekday } { $day } { $month }
day-named-year = { $weekday } { $day } { $month } { $year }
waits-under-minute = waiting less than a minute
waits-minutes = waiting { $minutes } min
waits-hours = waiting { $hours } h
waits-hours-minutes = waiting { $hours } h { $minutes }
waits-days = { $days ->
    [one] waiting 1 day
   *[other] waiting { $days } days
  }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
