## Tijden zoals mensen ze zeggen.

moment-today = vandaag { $time }
moment-yesterday = gisteren { $time }
moment-tomorrow = morgen { $time }
moment-day = { $day } { $month } { $time }
moment-day-year = { $day } { $month } { $year } { $time }
until-today = { $time } uur
until-tomorrow = morgen { $time } uur
until-day = { $day } { $month } { $time } uur
day-today = Vandaag
day-yesterday = Gisteren
day-named = { $weekday } { $day } { $month }
day-named-year = { $weekday } { $day } { $month } { $year }
waits-under-minute = wacht nog geen minuut
waits-minutes = wacht { $minutes } min
waits-hours = wacht { $hours } u
waits-hours-minutes = wacht { $hours } u { $minutes }
waits-days = { $days ->
    [one] wacht 1 dag
   *[other] wacht { $days } dagen
  }
month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
weekday-1 = Maandag
weekday-2 = Dinsdag
weekday-3 = Woensdag
weekday-4 = Donderdag
weekday-5 = Vrijdag
weekday-6 = Zaterdag
weekday-7 = Zondag
